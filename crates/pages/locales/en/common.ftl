# Words that every page has

email-label = Email address
password-label = Password
password-show = Show
password-hide = Hide
network-label = Network
signed-in-as = Signed in as
contact-link = Contact
other-ways = Other options
signout = Sign out

# Sign-in methods
method-label = Sign-in method
method-email = Email address and password
method-google = Google
method-apple = Apple
method-passkey = Passkey
continue-email = Continue with email
continue-google = Continue with Google
continue-apple = Continue with Apple
continue-passkey = Continue with a passkey
continue-other = Continue with { $label }

# Devices
device-unknown = Unknown device
device-unknown-device = Unknown device
device-app = App
device-phone = Phone
device-tablet = Tablet
device-computer = Computer

# Notices
notice-signed-out = You have signed out.
notice-session-expired = Your sign-in has lapsed. Please sign in again.
notice-signin-required = Please sign in to see that page.
notice-welcome = Your registration is complete.
notice-password-changed = Your password has been changed. All other devices have been signed out.
notice-email-changed = Your email address has been changed.
notice-profile-saved = Your changes have been saved.
notice-session-ended = The device has been signed out.
notice-disconnected = It has been disconnected.
notice-sessions-ended = All other devices have been signed out.
notice-device-forgotten = The device has been removed from the list.
notice-terms-accepted = Your agreement to the terms has been recorded.
notice-method-added = The sign-in method has been added.
notice-method-removed = The sign-in method has been removed.
notice-passkey-added = Your passkey has been added. You can sign in with it from now on.
notice-passkey-renamed = The name of your passkey has been changed.
notice-passkey-removed = Your passkey has been removed.
notice-methods-kept = Your sign-in methods have been confirmed.
notice-password-added = Your email address and password have been added.
notice-contact-changed = Your contact address has been changed.
notice-test-mail-sent = We have sent a test email to your contact address.
notice-code-sent = Your request for a code has been received.
notice-flow-expired = The time for this step has run out. Please start again.

# What was refused
error-prefix = Error:{" "}
summary-title = Please check what you entered
error-invalid-credentials = The address or password is not right.
error-wrong-password = The password is not right.
error-other-identity = That was another account than the one you sign in with. Please choose the one you sign in with.
error-not-shown-anew = You were not asked anew there. Please continue once more.
error-missing-password = Please enter your password.
error-invalid-address = Please check the email address (for example: name@example.com).
error-address-on-other-account = This address is already registered. Please sign in with it, or use another address.
error-identity-on-other-account = It is already in use by another account.
error-last-addressed-method = The last sign-in method with an email address cannot be removed. Please add another one first.
error-contact-needs-successor = Please choose the new contact address.
error-contact-unknown = Please choose an address for your contact.
error-provider-unreachable = There was no connection. Please wait a moment and try again.
error-provider-refused = It could not be confirmed. Please try again.
error-provider-cancelled = It was cancelled. If you still want to, please try again.
error-provider-already-added = This sign-in method has already been added.
error-identity-not-yours = That was another account than the one you sign in with. Please choose the one you sign in with.
error-try-again = Another attempt is in progress. Please wait a moment and try again.
error-overloaded = It is busy. Please wait { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
} and try again.
error-rate-limited = There have been many attempts in a short time. Please wait { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
} and try again.
error-invalid-code = The code is not right. Please check the code in the newest email.
error-code-expired = The code is no longer valid. Please have a new one sent.
error-code-used-up = There have been too many wrong entries. Please start again. If that does not help, please wait a while and try again.
error-code-cooldown = A code has already been entered in this browser. Enter the same code once more to set a new password. A new code can be sent in { $minutes ->
    [one] about a minute
   *[other] about { $minutes } minutes
}.
error-invalid-number = The address or the number is not right. Please check the email with the number once more.
error-number-expired = The number is no longer valid. Please reset your password, or contact us.
error-password-too-short = Please use at least { $minimum } characters for the password.
error-password-too-long = Please use no more than { $maximum } characters for the password.
error-password-too-weak = This password is easy to guess. Please use a longer one, for example several unrelated words.
error-password-breached = This password has appeared in a data leak elsewhere. Please choose another.
error-password-not-allowed = The password contains characters that cannot be used. Please leave out line breaks and tabs.
error-terms-required = To register, please agree to the terms of service.
error-name-too-long = Please use no more than { $maximum } characters for the display name.
error-name-not-allowed = The display name contains characters that cannot be used.
error-account-locked = This account is locked.
error-account-suspended = This account is not available at present.
error-fresh-proof-required = Please confirm once more that it is you.
error-registration-closed = Registration is closed at present.
error-flow-expired = The time for this step has run out. Please start again.
error-unauthenticated = Please sign in.
error-not-found = It could not be found.
error-invalid-request = What was sent could not be read.
error-passkey-cancelled = Either the window was closed, or no passkey was found on this device. Please try again, or choose another way.
error-passkey-timeout = Your device did not confirm in time. Please try again.
error-passkey-failed = Something did not work on your device. Please try again.
error-passkey-unsupported = This browser cannot use passkeys. Please choose another way.
error-passkey-insecure = The address of this page is not the one that your passkey belongs to. Please open it from the usual address.
error-passkey-interrupted = It was interrupted. Please try again.
error-passkey-unreachable = There was no connection. Please check it and try again.
error-passkey-busy = It is busy. Please wait a moment and try again.
error-passkey-unknown = This passkey does not belong to this account. One that was removed can be deleted from the list of passkeys in your device.
error-passkey-refused = For safety, this passkey was not accepted. Please try again, or choose another way.
error-passkey-expired = The time for this step has run out. Please try again.
error-passkey-already-added = This passkey has already been added.
error-passkey-not-added = The passkey could not be added. Please try again, or go on without one.
error-too-many-passkeys = No more passkeys can be added. Please remove one that you no longer use first.
error-missing-name = Please enter a name.
error-passkey-name-too-long = Please use no more than { $maximum } characters for the name.
error-passkey-name-not-allowed = The name contains characters that cannot be used.
error-app-update-required = Please update the app. Version { $version } or newer is needed.
error-other = This could not be accepted. Please check it and try again.
