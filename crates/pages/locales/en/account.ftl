# Account settings

account-title = Account settings

methods-title = Account
methods-about = How you sign in, and your address
methods-heading = Sign-in methods
method-added = Added
contact-mark = Contact

password-title = Change password
password-about = The password you sign in with
password-lead = All devices but this one will be signed out.
new-password-label = New password
password-button = Change password

proof-title = Confirm your password
proof-lead = Before an important setting is changed, we make sure that it is you.
current-password-label = Current password
proof-button = Confirm and continue

activity-title = Account activity
activity-about = Sign-ins and changes of settings
activity-lead = Newest first. Times are in { $zone }.
activity-none = There is nothing here yet.
activity-older = Older activity
activity-newest = Back to the newest
pager-label = Pages of activity

# What happened
activity-registration-attempted = Someone tried to register with this address
activity-address-attempted = Someone tried to use this address for another account
activity-registered = Registered
activity-signed-in = Signed in
activity-sign-in-failed = Sign-in failed
activity-sign-in-refused = Sign-in failed
activity-signed-out = Signed out
activity-session-ended = A device was signed out
activity-sessions-ended = All other devices were signed out
activity-device-forgotten = A device was removed from the list
activity-proved = Password confirmed
activity-proof-failed = Password confirmation failed
activity-reset-asked = Reset code sent
activity-password-reset = Password reset
activity-password-changed = Password changed
activity-email-changed = Email address changed
activity-not-me = Reported a sign-in that was not you
activity-undone = A change was undone
activity-profile-changed = Private profile changed
activity-terms-accepted = Terms of service agreed to
activity-locked = Account locked
activity-unlocked = Account unlocked
activity-suspended = Account suspended
activity-resumed = Suspension ended
