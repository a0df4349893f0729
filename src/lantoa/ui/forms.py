"""How Django draws forms here: `{{ form }}` and `{{ field.as_field_group }}` come out as our own field component."""

from django.forms.renderers import TemplatesSetting


class LantoaFormRenderer(TemplatesSetting):
    """The project's `FORM_RENDERER`; widgets keep Django's templates and get their class from the `widget` filter."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/components/field.html"
