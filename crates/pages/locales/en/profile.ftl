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
