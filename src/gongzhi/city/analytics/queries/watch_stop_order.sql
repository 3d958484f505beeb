-- watches, stop_order: points above idle while an order to stop holds; see watch_runs
select p.subject, o.period as grp, p.points as needed, r.us, r.milli as a, cast(0 as bigint) as b
from subjects as p
join periods as o on o.subject = p.subject
join readings as r on r.s = p.target and r.us >= o.since_us and r.us < o.until_us and r.milli > p.idle
