delete from flows
