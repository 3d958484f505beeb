-- by which choice the chosen cases ended, and where
select e.cause, e.choice as outcome, count(*) as n
from events as e join chosen as c on c.case_id = e.case_id
where e.kind = 'ended'
group by e.cause, e.choice order by n desc, e.cause, e.choice
