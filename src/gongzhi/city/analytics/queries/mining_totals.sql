-- the size of a log and how long its cases took
select count(*) as cases, cast(coalesce(sum(steps), 0) as bigint) as steps, count(distinct path) as variants,
    min(first_us) as first_us, max(last_us) as last_us,
    cast(round(quantile_cont(span, 0.5)) as bigint) as median_span, cast(round(quantile_cont(span, 0.9)) as bigint) as p90_span
from paths
