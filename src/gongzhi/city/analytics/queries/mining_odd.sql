-- rows that can't be right: told twice, ended before they began, begun and never ended
select 'duplicate' as trouble, coalesce(cast(sum(n - 1) as bigint), 0) as n from (
    select count(*) as n from log group by case_id, label, phase, us, token, office having count(*) > 1
) as twice
union all
select 'end_before_start' as trouble, count(*) as n from instances where start_us is not null and us < start_us
union all
select 'backwards' as trouble, count(*) as n from steps where us < before_us
union all
select 'no_start' as trouble,
    greatest(0, (select count(*) from log where phase = $begin) - (select count(*) from instances where start_us is not null)) as n
