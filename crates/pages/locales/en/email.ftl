# Change of the email address

email-title = Change your email address
email-button = Change email address
email-current = Your present address
email-lead = We will send a confirmation code to your new address.
email-new-label = New email address

email-code-title = Enter the confirmation code
email-code-until = Your address stays as it is until the code is confirmed.
