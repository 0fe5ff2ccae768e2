# Sign in

signin-title = Sign in
signin-email-title = Sign in with email
signin-button = Sign in
signin-new-here = New here?
last-used = Last used
forgotten = Forgotten password
reset-button = Reset password

# Locked
locked-title = This account is locked.
locked-what = A wrong password was entered many times, so sign-in with this email address has been stopped. Until it is unlocked, the right password will not be accepted either.
locked-still = Devices that are already signed in can still be used.
locked-way-out = How to unlock it
locked-reset = Resetting the password unlocks the account.
locked-contact = If you cannot reset it, please write to the contact below. Once we know that it is you, we will unlock the account.

# Suspended
suspended-title = This account is not available at present.
suspended-what = The operator of { $service } has suspended this account.
suspended-do = To ask about the reason, please use the contact below.
