-- the first and the last instant of a log
select min(us) as first_us, max(us) as last_us from instances
