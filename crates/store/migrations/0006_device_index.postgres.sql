-- No statement looks a device up by its secret: an account has at most ten, and they are read together.
drop index devices_digest;
