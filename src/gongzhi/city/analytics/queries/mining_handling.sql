-- from the beginning of a step to its end, where the beginning is known
select label, count(*) as n, cast(sum(us - start_us) as bigint) as total,
    cast(round(quantile_cont(us - start_us, 0.5)) as bigint) as median, cast(round(quantile_cont(us - start_us, 0.9)) as bigint) as p90,
    cast(sum(worked - start_worked) as bigint) as worked_total,
    cast(round(quantile_cont(worked - start_worked, 0.5)) as bigint) as worked_median, cast(round(quantile_cont(worked - start_worked, 0.9)) as bigint) as worked_p90
from steps where start_us is not null and us >= start_us
group by label order by label
