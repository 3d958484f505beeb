-- one row per completed step, of a log that tells no beginnings
select case_id, label, us, seq, office, role, cast(null as bigint) as start_us from log where phase = 'complete'
