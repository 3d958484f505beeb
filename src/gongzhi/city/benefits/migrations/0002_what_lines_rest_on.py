from django.db import migrations

import gongzhi.city.people.fields


class Migration(migrations.Migration):
    dependencies = [
        ("benefits", "0001_benefits"),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentline",
            name="basis",
            field=gongzhi.city.people.fields.EncryptedTextField(blank=True, default="", privacy="identity"),
        ),
    ]
