# 非公開プロフィール

profile-title = 非公開プロフィール
profile-about = 連絡先、表示名、言語
contact-heading = 連絡先メールアドレス
contact-about = { $service }からの大切なお知らせをお送りする宛先です。
contact-accept = @{ $domain } からのメールを必ず受信できるように設定してください。
contact-sender = 送信元:
profile-heading = 表示名と言語
display-name-label = 表示名
display-name-hint = 空欄でもかまいません。
locale-label = 言語
locale-hint = 画面とメールで使う言語です。
profile-button = 変更を保存
contact-choose = お知らせをお送りする宛先
contact-button = 連絡先を変更
contact-trouble = 連絡先をご確認ください。
contact-trouble-do = 連絡先を確認する
test-mail-button = テストメールを送る

# ログインのあと、連絡先にメールが届いていないとき
contact-ask-title = 連絡先のご確認
contact-ask-bounced = { $service }からのメールが、次の連絡先に届いていません。
contact-ask-forwarding = Appleからの転送が止まっているため、{ $service }からのメールが次の連絡先に届いていません。
contact-ask-do = 大切なお知らせをお届けできるよう、これからの連絡先をお選びください。
contact-ask-change = 別のメールアドレスに変更
contact-ask-add = ログイン方式を追加
contact-ask-later = あとで確認する
contact-ask-again = あとで確認する場合は、次回のログインのときにもう一度おたずねします。
contact-ask-works = この連絡先で受け取れる場合
contact-ask-works-code = このメールアドレスに、確認コードをお送りします。コードを確認できましたら、このまま連絡先としてお使いいただけます。
contact-ask-works-apple = Appleの設定でメールの転送を再開してください。再開を確認でき次第、このまま連絡先としてお使いいただけます。
contact-ask-works-other = 同じメールアドレスをログイン方式に追加し、確認コードを入力してください。このまま連絡先としてお使いいただけます。
