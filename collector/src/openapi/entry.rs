//! One operation of the document, said in few words.

use nunchi_api::ErrorBody;
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{
    Content, HttpMethod, Ref, RefOr, Required, ResponseBuilder, SecurityRequirement,
};

/// One operation and the schemas it needs.
pub(super) struct Entry {
    pub(super) path: &'static str,
    pub(super) method: HttpMethod,
    pub(super) operation: Operation,
    pub(super) schemas: Schemas,
}

pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

impl Entry {
    pub(super) fn get(path: &'static str, summary: &str) -> Self {
        Self::new(HttpMethod::Get, path, summary)
    }

    pub(super) fn post(path: &'static str, summary: &str) -> Self {
        Self::new(HttpMethod::Post, path, summary)
    }

    pub(super) fn delete(path: &'static str, summary: &str) -> Self {
        Self::new(HttpMethod::Delete, path, summary)
    }

    fn new(method: HttpMethod, path: &'static str, summary: &str) -> Self {
        let operation = OperationBuilder::new().summary(Some(summary)).build();
        let mut entry = Self { path, method, operation, schemas: Vec::new() };
        // Whatever is not a success has this body.
        entry.note::<ErrorBody>();
        entry
    }

    /// More than fits into the summary.
    pub(super) fn tells(mut self, text: &str) -> Self {
        self.operation.description = Some(text.into());
        self
    }

    /// Under which heading it stands.
    pub(super) fn of(mut self, tag: &str) -> Self {
        self.operation.tags = Some(vec![tag.into()]);
        self
    }

    /// Only for who has the token or the cookie.
    pub(super) fn closed(mut self) -> Self {
        let either = ["token", "cookie"].map(|name| SecurityRequirement::new(name, [""; 0]));
        self.operation.security = Some(either.into());
        self.refuses(&[(401, "Neither token nor cookie.")])
    }

    /// The same, and only for who has at least this role.
    pub(super) fn closed_to(self, role: &str) -> Self {
        self.closed().refuses(&[(403, &format!("`not_allowed`: it takes the role {role}."))])
    }

    /// A part of the path.
    pub(super) fn part(self, name: &str, about: &str) -> Self {
        self.parameter(name, ParameterIn::Path, Required::True, about, text())
    }

    /// A part of the path that is one of these.
    pub(super) fn choice(self, name: &str, about: &str, of: &[&str]) -> Self {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let schema = schema.enum_values(Some(of.iter().copied()));
        self.parameter(name, ParameterIn::Path, Required::True, about, schema.build())
    }

    /// One of these in the query, or nothing.
    pub(super) fn filter(self, name: &str, about: &str, of: &[&str]) -> Self {
        let schema = ObjectBuilder::new().schema_type(Type::String);
        let schema = schema.enum_values(Some(of.iter().copied()));
        self.parameter(name, ParameterIn::Query, Required::False, about, schema.build())
    }

    /// A text of the query that may be left out.
    pub(super) fn words(self, name: &str, about: &str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::False, about, text())
    }

    /// A text of the query that must be there.
    pub(super) fn query(self, name: &str, about: &str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::True, about, text())
    }

    /// A text of the query that may be left out.
    pub(super) fn query_maybe(self, name: &str, about: &str) -> Self {
        self.parameter(name, ParameterIn::Query, Required::False, about, text())
    }

    /// A time of the query that may be left out.
    pub(super) fn time(self, name: &str, about: &str) -> Self {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        self.parameter(name, ParameterIn::Query, Required::False, about, number.build())
    }

    fn parameter(
        mut self,
        name: &str,
        place: ParameterIn,
        required: Required,
        about: &str,
        schema: impl Into<Schema>,
    ) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(about))
            .schema(Some(schema.into()));
        self.operation.parameters.get_or_insert_default().push(parameter.build().into());
        self
    }

    /// A body of this type, as JSON sent under `media`.
    pub(super) fn takes<T: ToSchema>(self, media: &str, about: &str) -> Self {
        let mut entry = self;
        let schema = entry.note::<T>();
        entry.body(media, about, schema)
    }

    /// A body that is not JSON.
    pub(super) fn takes_text(self, about: &str) -> Self {
        self.body("text/plain", about, Schema::from(text()).into())
    }

    fn body(mut self, media: &str, about: &str, schema: RefOr<Schema>) -> Self {
        let body = RequestBodyBuilder::new()
            .description(Some(about))
            .required(Some(Required::True))
            .content(media, Content::new(Some(schema)));
        self.operation.request_body = Some(body.build().into());
        self
    }

    /// Answers 200 with JSON of this type.
    pub(super) fn gives<T: ToSchema>(self, about: &str) -> Self {
        let mut entry = self;
        let schema = entry.note::<T>();
        entry.gives_schema(200, "application/json", about, schema)
    }

    /// Answers 200 with a JSON list of this type.
    pub(super) fn gives_list<T: ToSchema>(self, about: &str) -> Self {
        let mut entry = self;
        let list = ArrayBuilder::new().items(entry.note::<T>()).build();
        entry.gives_schema(200, "application/json", about, Schema::Array(list).into())
    }

    /// Answers 200 with JSON of one of the types that were [`note`](Self::note)d.
    pub(super) fn gives_one_of(self, about: &str, schemas: Vec<RefOr<Schema>>) -> Self {
        let one = schemas.into_iter().fold(OneOfBuilder::new(), OneOfBuilder::item);
        self.gives_schema(200, "application/json", about, Schema::OneOf(one.build()).into())
    }

    /// Answers with a body that is not JSON.
    pub(super) fn gives_bytes(self, status: u16, media: &str, about: &str) -> Self {
        self.gives_schema(status, media, about, Schema::from(text()).into())
    }

    /// Answers without a body.
    pub(super) fn gives_nothing(mut self, status: u16, about: &str) -> Self {
        let response = ResponseBuilder::new().description(about).build();
        self.operation.responses.responses.insert(status.to_string(), response.into());
        self
    }

    /// Refuses so, with an [`ErrorBody`].
    pub(super) fn refuses(self, refusals: &[(u16, &str)]) -> Self {
        let schema: RefOr<Schema> = Ref::from_schema_name(ErrorBody::name()).into();
        refusals.iter().fold(self, |entry, (status, about)| {
            entry.gives_schema(*status, "application/json", about, schema.clone())
        })
    }

    fn gives_schema(
        mut self,
        status: u16,
        media: &str,
        about: &str,
        schema: RefOr<Schema>,
    ) -> Self {
        let response =
            ResponseBuilder::new().description(about).content(media, Content::new(Some(schema)));
        self.operation.responses.responses.insert(status.to_string(), response.build().into());
        self
    }

    /// Takes the schema of a type, and of all it is made of, into the document.
    pub(super) fn note<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.schemas.push((T::name().into(), T::schema()));
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(T::name()).into()
    }
}

fn text() -> utoipa::openapi::schema::Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}
