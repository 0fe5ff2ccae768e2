# メールに書かれた番号

number-label = 番号
number-hint = 16桁の数字です。
number-email-hint = 番号が届いたメールアドレスを入力してください。
no-number-title = 番号が見当たらない場合
no-number-contact = お困りのことがありましたら、ご連絡ください。
taken-back-next = 続けて、新しいパスワードを設定してください。

# 身に覚えのないログイン
not-me-title = 身に覚えのないログインがあった場合
not-me-lead = 新しいログインをお知らせしたメールの番号を入力してください。
not-me-effect = すべての端末がログアウトし、今のパスワードは使えなくなります。続けて、新しいパスワードを設定できます。
not-me-button = すべての端末をログアウト
not-me-no-number = パスワードを再設定すると、ほかのすべての端末がログアウトします。
not-me-done-title = すべての端末をログアウトしました
not-me-done-body = これまでのパスワードは使えなくなりました。
not-me-done-undo = メールアドレスやパスワードを変更したというメールも届いている場合は、先にその変更を取り消してください。

# 身に覚えのない変更、退会の取り消し
undo-title = 変更や退会を取り消す場合
undo-lead = 変更や退会をお知らせしたメールの番号を入力してください。変更の場合は、そのあとに行われた変更も取り消します。
undo-effect = すべての端末がログアウトし、今のパスワードは使えなくなります。続けて、新しいパスワードを設定できます。
undo-button = 取り消す
undo-no-number = メールアドレスが変更されていなければ、パスワードを再設定して、ほかのすべての端末をログアウトできます。
undo-done-title = 変更を取り消しました
undo-done-body = すべての端末がログアウトし、これまでのパスワードは使えなくなりました。メールアドレスが変更されていた場合は、変更前のメールアドレスに戻りました。
restored-done-title = アカウントを元に戻しました
restored-done-body = 退会を取り消しました。すべての端末はログアウトしたままですので、ご登録のログイン方式でログインしてください。
restored-done-password = パスワードでログインできない場合は、再設定してください。
taken-back-provider = GoogleやAppleなど、ほかのサービスでログインしている場合は、そのサービスのアカウントの安全もご確認ください。
restore-button = 退会を取り消す

# ログイン方式を使えなくなった
provider-lost-title = GoogleやAppleを使えなくなった場合
provider-lost-lead = パスワードの再設定についてお送りしたメールの番号を入力してください。
provider-lost-effect = 安全のため{ $hours }時間お待ちいただいたあと、そのメールアドレスとパスワードでログインできるようにします。それまでに一度でもログインがあると、取り消されます。
provider-lost-button = お手続きを始める
provider-lost-no-number = 番号は、パスワードの再設定でメールアドレスを入力するとメールでお送りします。
provider-lost-done-title = お手続きを受け付けました
provider-lost-done-body = 連絡先メールアドレスに、お知らせをお送りしました。
provider-lost-done-then = { $hours }時間後に、パスワードを設定するためのワンタイムコードをメールでお送りします。
provider-lost-done-cancel = それまでにどの方法でもログインできた場合は、このお手続きは取り消されます。
