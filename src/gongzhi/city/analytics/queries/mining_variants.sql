-- how many cases went the same way, the most frequent way first
select path, count(*) as cases, min(steps) as steps, quantile_cont(span, 0.5) as median_span
from paths group by path order by cases desc, path limit $most
