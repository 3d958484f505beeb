-- watches: what the points of a local day come to, per series
select s, (us + 28800000000) // 86400000000 as d, cast(sum(milli) as bigint) as total, count(*) as n
from readings
group by s, (us + 28800000000) // 86400000000
