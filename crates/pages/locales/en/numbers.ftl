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

# A change
undo-title = A change that was not you
undo-lead = Please enter the number from our email about the change. That change and any later ones will be undone.
undo-effect = All devices will be signed out, and your present password will stop working. You can then set a new one.
undo-button = Undo the change
undo-no-number = If your email address has not been changed, resetting your password signs out all other devices.
undo-done-title = The change has been undone
undo-done-body = All devices have been signed out, and the old password no longer works. If your email address had been changed, it is back to the earlier one.
