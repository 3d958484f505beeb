-- how many cases went the same way, the most frequent way first
select path, count(*) as cases, min(steps) as steps, cast(round(quantile_cont(span, 0.5)) as bigint) as median_span
from paths group by path order by cases desc, path limit $most
