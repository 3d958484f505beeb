-- scorecards: the values behind medians and percentiles per ask and leading office, with the decisions on appeals applied
select r.ask, r.lead_path as path, array_agg(r.value) as numbers
from score_rows as r
left join score_out as o on r.ask = o.ask and r.case_id = o.case_id
where r.value is not null and r.den and not coalesce(o.out, r.excluded)
group by r.ask, r.lead_path
