-- from whom to whom a case went: offices ($by = 'office') or roles
select giver, taker, count(*) as n, cast(sum(wait) as bigint) as total
from (
    select case when $by = 'office' then before_office else before_role end as giver,
        case when $by = 'office' then office else role end as taker,
        greatest(0, us - before_us) as wait
    from steps where before_us is not null
) as moves
where giver <> '' and taker <> ''
group by giver, taker order by n desc, giver, taker
