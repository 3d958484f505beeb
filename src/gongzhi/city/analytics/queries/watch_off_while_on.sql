-- watches, off_while_on: points at which the source runs and the target does not; see watch_runs
select p.subject, '' as grp, p.points as needed, r.us, r.milli as a, t.milli as b
from subjects as p
join readings as r on r.s = p.source and r.milli > p.on_above
join readings as t on t.s = p.target and t.us = r.us and t.milli <= p.off_below
