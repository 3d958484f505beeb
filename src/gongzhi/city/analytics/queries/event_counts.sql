-- how many facts of each kind a mechanism has; the smallest example of a query
select type, kind, count(*) as n
from events
where ($mechanism = '' or mechanism = $mechanism)
group by type, kind
order by type, kind
