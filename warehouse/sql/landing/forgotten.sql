-- Customers who were forgotten stay so.
update incoming_shop_order
set customer_key = null
where sha256(customer_key) in (select mark from forgotten_customer);
