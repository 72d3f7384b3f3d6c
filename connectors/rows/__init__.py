"""From a vendor's answer to canonical rows: decoding, validation, what orders, traffic and accounts share."""
