# Where you are signed in

sessions-title = Where you are signed in
sessions-about = See your devices and sign them out
session-this = This device
session-others = Other devices
session-none = You are not signed in anywhere else.
session-started = Signed in
session-used = Last used
session-end-others = Sign out all other devices
session-kind-app = App
session-strange = If there is a device that is not yours, please change your password at once.
known-heading = Devices you have used
known-about = If somebody else enters wrong passwords and the account is locked, you can still sign in from these devices. Please remove any that you no longer use.
known-forget = Remove from the list
