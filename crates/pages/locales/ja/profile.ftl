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
