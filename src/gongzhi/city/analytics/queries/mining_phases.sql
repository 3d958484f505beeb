-- which transitions of the life cycle a log tells
select phase, count(*) as n from log group by phase order by phase
