-- What shops sold: the current version of each record. After `set variable known_at = <instant>` these views, and all
-- that build on them, show what had been landed by then. The current version is the one that no later one follows: a
-- window would say the same, and sort every version to say it. Which one is later their landings' ids tell: they sort by
-- time, and no two are the same, though two programs may land at the same instant.

-- grain: one row per source and order
create or replace view shop_order as
select version.* exclude (removed)
from shop_order_version as version
semi join counted_source using (source_id)
anti join shop_order_version as later
    on later.source_id = version.source_id
    and later.order_id = version.order_id
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed;

-- grain: one row per source, order and line
create or replace view shop_order_line as
with line as (
    select version.*
    from shop_order_line_version as version
    semi join counted_source using (source_id)
    anti join shop_order_line_version as later
        on later.source_id = version.source_id
        and later.order_id = version.order_id
        and later.line_id = version.line_id
        and later.load_id > version.load_id
        and known(later.loaded_at)
    where known(version.loaded_at)
)
select
    source_id,
    order_id,
    line_id,
    shop_order.day,
    shop_order.is_sale,
    shop_order.status,
    shop_order.test,
    line.product_id,
    line.sku,
    line.title,
    line.quantity,
    line.current_quantity,
    line.is_gift_card,
    line.currency,
    line.amount,
    greatest(line.load_id, shop_order.load_id) as load_id,
    greatest(line.loaded_at, shop_order.loaded_at) as loaded_at
from line
left join shop_order using (source_id, order_id)
where not line.removed;

-- grain: one row per source, order and refund
create or replace view shop_refund as
with refund as (
    select version.*
    from shop_refund_version as version
    semi join counted_source using (source_id)
    anti join shop_refund_version as later
        on later.source_id = version.source_id
        and later.order_id = version.order_id
        and later.refund_id = version.refund_id
        and later.load_id > version.load_id
        and known(later.loaded_at)
    where known(version.loaded_at)
)
select
    source_id,
    order_id,
    refund_id,
    refund.created_at,
    shop_order.day, -- the order's: that is the day a refund lowers
    (refund.created_at at time zone load.zone)::date as refund_day, -- the day it was made, null where no vendor dates it
    shop_order.is_sale,
    refund.currency,
    refund.amount,
    refund.quantity,
    greatest(refund.load_id, shop_order.load_id) as load_id,
    greatest(refund.loaded_at, shop_order.loaded_at) as loaded_at
from refund
left join shop_order using (source_id, order_id)
left join load on refund.load_id = load.load_id
where not refund.removed;

-- grain: one row per source and product
create or replace view shop_product as
select version.* exclude (removed)
from shop_product_version as version
semi join counted_source using (source_id)
anti join shop_product_version as later
    on later.source_id = version.source_id
    and later.product_id = version.product_id
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed;

-- grain: one row per source, probe and look
create or replace view shop_state as
select version.* exclude (removed)
from shop_state_version as version
semi join counted_source using (source_id)
anti join shop_state_version as later
    on later.source_id = version.source_id
    and later.probe = version.probe
    and later.observed_at = version.observed_at
    and later.load_id > version.load_id
    and known(later.loaded_at)
where known(version.loaded_at) and not version.removed;
