-- scorecards: what was counted per ask, place (of the matter: 'area', or of the leading office: 'office') and stratum of difficulty, with the decisions on appeals applied
with marked as (
    select
        r.ask, case when $place = 'area' then r.area_path else r.lead_path end as path, r.stratum, r.value, r.hit,
        coalesce(o.out, r.excluded) as gone,
        r.den and not coalesce(o.out, r.excluded) as kept
    from score_rows as r
    left join score_out as o on r.ask = o.ask and r.case_id = o.case_id
)
select
    ask, path, stratum,
    sum(case when kept then 1 else 0 end) as n,
    sum(case when not kept then 0.0 when value is not null then value when hit then 1.0 else 0.0 end) as total,
    sum(case when not kept then 0.0 when value is not null then value * value when hit then 1.0 else 0.0 end) as squares,
    sum(case when gone then 1 else 0 end) as excluded
from marked
group by ask, path, stratum
order by ask, path, stratum
