# Private profile

profile-title = Private profile
profile-about = Contact address, display name, language
contact-heading = Contact address
contact-about = Important messages from { $service } are sent to this address.
contact-accept = Please make sure that you can receive email from @{ $domain }.
contact-sender = Our messages come from
profile-heading = Name and language
display-name-label = Display name
display-name-hint = You can leave this empty.
locale-label = Language
locale-hint = The language of pages and emails.
profile-button = Save changes
contact-choose = Where our messages go
contact-button = Change contact address
contact-trouble = Please check your contact address.
contact-trouble-do = Check the contact address
test-mail-button = Send a test email

# After signing in, while mail does not reach the contact
contact-ask-title = Please check your contact address
contact-ask-bounced = Our emails do not reach your contact address:
contact-ask-forwarding = Apple has stopped forwarding email, so our messages do not reach your contact address:
contact-ask-do = Please choose where important messages should go from now on.
contact-ask-change = Use another email address
contact-ask-add = Add a sign-in method
contact-ask-later = Not now
contact-ask-again = If you choose “Not now”, we will ask again the next time you sign in.
contact-ask-works = If you can receive email there
contact-ask-works-code = We will send a confirmation code to this address. Once you have entered it, the address stays your contact.
contact-ask-works-apple = Please turn email forwarding on again in your Apple settings. Once Apple tells us so, the address stays your contact.
contact-ask-works-other = Please add the same address as a sign-in method and enter the confirmation code. The address then stays your contact.
