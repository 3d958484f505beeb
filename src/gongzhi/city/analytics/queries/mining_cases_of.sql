-- the cases behind a figure: of a path ($path), or of an arc ($source, $target), the longest first
select case_id, max(wait) as wait from (
    select p.case_id, p.span as wait from paths as p where $path <> '' and p.path = $path
    union all
    select s.case_id, s.us - s.before_us as wait from steps as s
    where $path = '' and s.before_label = $source and s.label = $target
) as found
group by case_id order by wait desc, case_id limit $most
