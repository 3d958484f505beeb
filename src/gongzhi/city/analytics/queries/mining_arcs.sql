-- what follows what, how often, and how long it took until then; waiting ends where the next step begins, where that is known
with waits as (
    select before_label as source, label as target,
        greatest(0, case when $offered = 1 or start_us is null then us else start_us end - before_us) as wait,
        case when before_worked is not null then
            greatest(0, case when $offered = 1 or start_us is null then worked else start_worked end - before_worked)
        end as worked
    from steps where before_label is not null
)
select source, target, count(*) as n,
    cast(sum(wait) as bigint) as total, cast(round(quantile_cont(wait, 0.5)) as bigint) as median, cast(round(quantile_cont(wait, 0.9)) as bigint) as p90,
    count(worked) as worked_n, cast(sum(worked) as bigint) as worked_total,
    cast(round(quantile_cont(worked, 0.5)) as bigint) as worked_median, cast(round(quantile_cont(worked, 0.9)) as bigint) as worked_p90
from waits group by source, target order by n desc, source, target
