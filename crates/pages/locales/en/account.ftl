# Account settings

account-title = Account settings

password-title = Change password
password-about = The password you sign in with
password-lead = All devices but this one will be signed out.
new-password-label = New password
password-button = Change password

proof-title = Confirm your password
proof-lead = Before an important setting is changed, we make sure that it is you.
current-password-label = Current password
proof-button = Confirm and continue
proof-otherwise = Confirm in another way
proof-provider-title = Confirm that it is you
proof-provider-lead = Please continue once more with your sign-in method.

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
activity-proved = Confirmed that it was you
activity-proof-failed = Could not confirm that it was you
activity-reset-asked = Reset code sent
activity-password-reset = Password reset
activity-password-changed = Password changed
activity-email-changed = Email address changed
activity-method-added = Sign-in method added
activity-method-removed = Sign-in method removed
activity-passkey-added = Passkey added
activity-passkey-removed = Passkey removed
activity-passkey-renamed = Passkey renamed
activity-passkey-refused = Refused a passkey that may have been copied
activity-method-refused = Tried to add a sign-in method of another account
activity-contact-changed = Contact address changed
activity-provider-lost = Began the way back without the sign-in method
activity-test-mail-sent = Test email sent
activity-by-operator = By the operator of this service
activity-exported = Data downloaded
activity-withdrawn = Account closed
activity-restored = Closing undone
activity-not-me = Reported a sign-in that was not you
activity-undone = A change was undone
activity-address-followed = The address of a sign-in method changed
activity-method-held = A sign-in method was stopped by its provider
activity-method-released = A sign-in method works again
activity-address-unreachable = Mail to an address did not arrive
activity-address-reachable = Mail to an address arrives again
activity-provider-found = Ended the way back without the sign-in method
activity-client-connected = Connected a site or app
activity-client-disconnected = Disconnected a site or app
activity-client-doubted = A site or app was signed out because a used-up key was shown
activity-profile-changed = Private profile changed
activity-terms-accepted = Terms of service agreed to
activity-locked = Account locked
activity-unlocked = Account unlocked
activity-suspended = Account suspended
activity-resumed = Suspension ended
