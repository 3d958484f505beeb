-- texts as they came -> the instant that they name (UTC microseconds) and how much; null where nobody can read it.
-- without a zone it is local time, UTC+8; 24:00 is the midnight that ends the day
with cleaned as (
    select line, trim(series) as series, "at", "value", trim("at") as plain
    from given
), timed as (
    select *,
        regexp_extract(plain, ':[0-9]{2}[0-9:.]*\s*(Z|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})$', 1) as zone,
        regexp_matches(plain, '[ T]24:00(:00)?$') as midnight
    from cleaned
), local_time as (
    select *,
        case when midnight then regexp_replace(plain, '24:00(:00)?$', '00:00')
            else trim(left(plain, length(plain) - length(zone))) end as said,
        case zone when '' then 480 when 'Z' then 0 else
            (case left(zone, 1) when '-' then -1 else 1 end)
            * (substr(zone, 2, 2)::int * 60 + case when length(zone) > 3 then right(zone, 2)::int else 0 end) end as ahead
    from timed
), instants as (
    select *, coalesce(
        try_cast(said as timestamp),
        try_strptime(said, ['%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', '%Y%m%d%H%M%S', '%Y%m%d %H:%M:%S', '%Y%m%d %H:%M',
            '%Y年%m月%d日 %H:%M:%S', '%Y年%m月%d日 %H:%M', '%Y年%m月%d日%H:%M', '%Y年%m月%d日%H时%M分'])
    ) as instant
    from local_time
)
-- microseconds of a year that no calendar has do not fit: such a day is one that nobody can read
select line, series, "at" as at_text, "value" as value_text,
    case when instant between timestamp '0001-01-01' and timestamp '9999-12-31' then epoch_us(instant) end
        - ahead::bigint * 60000000 + case when midnight then 86400000000 else 0 end as us,
    try_cast(trim("value") as double) as amount
from instants
