# Numbers from emails

number-label = Number
number-hint = It has 16 digits.
number-email-hint = Please enter the address the number was sent to.
no-number-title = If you cannot find the number
no-number-contact = If you need help, please contact us.
taken-back-next = Please go on and set a new password.

# Not you
not-me-title = A sign-in that was not you
not-me-lead = Please enter the number from our email about the new sign-in.
not-me-effect = All devices will be signed out, and your present password will stop working. You can then set a new one.
not-me-button = Sign out all devices
not-me-no-number = Resetting your password signs out all other devices.
not-me-done-title = All devices have been signed out
not-me-done-body = The old password no longer works.
not-me-done-undo = If you also received an email about a changed address or password, please undo that change first.

# A change that was not you, and an account that was closed
undo-title = Undo a change or a closing
undo-lead = Please enter the number from our email about the change or the closing. Of a change, any later ones will be undone as well.
undo-effect = All devices will be signed out, and your present password will stop working. You can then set a new one.
undo-button = Undo it
undo-no-number = If your email address has not been changed, resetting your password signs out all other devices.
undo-done-title = The change has been undone
undo-done-body = All devices have been signed out, and the old password no longer works. If your email address had been changed, it is back to the earlier one.
restored-done-title = Your account is back
restored-done-body = The closing has been undone. All devices stay signed out, so please sign in with the method you registered.
restored-done-password = If your password does not work, please reset it.
taken-back-provider = If you sign in with Google, Apple or another service, please also check that your account there is safe.
restore-button = Undo the closing

# The way in is lost
provider-lost-title = If you can no longer use Google or Apple
provider-lost-lead = Please enter the number from our email about resetting your password.
provider-lost-effect = For safety there is a wait of { $hours ->
    [one] one hour
   *[other] { $hours } hours
}. After that, you can sign in with that email address and a password. Any sign-in before then cancels it.
provider-lost-button = Begin
provider-lost-no-number = We send the number by email when you enter your address to reset the password.
provider-lost-done-title = It has begun
provider-lost-done-body = We have sent a message to the contact address.
provider-lost-done-then = In { $hours ->
    [one] one hour
   *[other] { $hours } hours
} we will send a one-time code by email, to set a password with.
provider-lost-done-cancel = If you can sign in before then in any way, this is cancelled.
