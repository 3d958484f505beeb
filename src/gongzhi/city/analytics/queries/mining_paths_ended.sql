-- ways of our own cases, those of ended and of running cases apart; withdrawn and merged ones count as running: they broke off
select p.path, count(*) as cases,
    case when c.ended_us is not null and c.outcome not in ('withdrawn', 'merged') then true else false end as ended
from paths as p join chosen as c on c.case_id = p.case_id
group by p.path, case when c.ended_us is not null and c.outcome not in ('withdrawn', 'merged') then true else false end
order by cases desc, p.path, ended limit $most
