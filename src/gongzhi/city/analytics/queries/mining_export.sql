-- the steps of the chosen cases in order, for other people's tools: pseudonyms only
select e.case_id, e.step, e.choice, e.lifecycle, e.us, e.token, e.actor, e.role, e.office
from events as e join chosen as c on c.case_id = e.case_id
where e.lifecycle <> ''
order by e.case_id, e.us, e.seq
