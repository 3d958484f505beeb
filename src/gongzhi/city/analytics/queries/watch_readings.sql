-- watches: the readings of the series that are watched, in thousandths; estimated values are no evidence
select i.id as s, r.us, cast(floor(r.value * 1000 + 0.5) as bigint) as milli
from feed_files as r
join series_ids as i on r.series = i.series
where r.us >= $since and r.us < $until and r.quality <> 'estimated' and r.value is not null
