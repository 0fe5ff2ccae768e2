# Register

signup-title = Register
signup-have-account = Already registered?
signup-email-title = Register with email
signup-email-lead = We will send a confirmation code to the address you enter.
code-send = Send the code

signup-code-title = Enter the confirmation code
code-sent-to = We have sent an email to
code-label = Confirmation code
code-hint = Please enter the number from the email. It is valid for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}.
code-check = Confirm the code
code-send-again = Send the code again
mail-refused = Our email to this address could not be delivered.
mail-refused-do = Please see “If no email arrives” below and send the code again in about 10 minutes. You can also use another address.
no-mail-title = If no email arrives
no-mail-address = Please check that the address is right.
no-mail-correct = Change the address
no-mail-spam = Please look in your spam folder.
no-mail-allow = Please make sure that you can receive email from @{ $domain }.
no-mail-wait = If nothing has come after a minute or so, please send it again.

signup-password-title = Choose a password
signup-password-lead = Your email address is confirmed. Please choose the password you will sign in with.
password-hint = At least { $minimum } characters. A long one that you use nowhere else is best.
terms-agree = I agree to the terms of service
terms-read = Read the terms of service
signup-button = Complete registration

signup-closed-title = Registration is closed at present.
signup-closed-body = If you are already registered, you can sign in as usual.

terms-title = New terms of service
terms-body = The terms of service of { $service } have changed. Please read them and continue if you agree.
terms-button = Agree and continue
terms-decline = Sign out without agreeing
