-- scorecards: the values behind medians and percentiles per ask and place ('area' or 'office'), with the decisions on appeals applied
with placed as (
    select r.*, case when $place = 'area' then r.area_path else r.lead_path end as path
    from score_rows as r
)
select r.ask, r.path, array_agg(r.value) as numbers
from placed as r
left join score_out as o on r.ask = o.ask and r.case_id = o.case_id
where r.value is not null and r.den and not coalesce(o.out, r.excluded)
group by r.ask, r.path
