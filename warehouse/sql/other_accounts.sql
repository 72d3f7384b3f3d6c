-- Sources whose settings name another account than before. Where a source has told its account, that decides.
select
    configured.source_id,
    newest.connector,
    newest.account
from configured
inner join (
    from source_version
    qualify row_number() over (partition by source_id order by registered_at desc) = 1
) as newest
    on newest.source_id = configured.source_id
    and (newest.connector, newest.account) != (configured.connector, configured.account)
anti join source_account on source_account.source_id = configured.source_id
    and source_account.connector = configured.connector
order by configured.source_id;
