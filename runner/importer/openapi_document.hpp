// What stands behind the references of an OpenAPI or Swagger document, and example values for its schemas.
// Cycles are cut. Pure; one for each import.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soundcheck::importer {

/// What a request sends.
struct OpenApiBody {
  std::string media_type;  ///< empty: of no kind that can be sent
  std::string lost;        ///< the kind, then
  boost::json::value value;
  bool made_up = false;            ///< from the schema, without an example
  std::vector<std::string> files;  ///< of a form: names of its parts that are files
};

class OpenApiDocument {
 public:
  /// `root` outlives this object.
  explicit OpenApiDocument(const boost::json::value& root) : root_(root) {}

  /// What a value stands for: itself, or where its $ref leads. Nothing if that is nowhere.
  const boost::json::value* resolve(const boost::json::value& value);
  /// A declared security scheme, or nothing.
  const boost::json::value* security_scheme(std::string_view name);

  bool has_example(const boost::json::value& parameter);
  boost::json::value parameter_value(const boost::json::value& parameter);
  /// True if the elements of a list are parameters of their own: a=1&a=2.
  static bool explodes(const boost::json::value& parameter);

  /// Nothing if the operation sends no body. `parameters` holds Swagger's body and form parameters.
  std::optional<OpenApiBody> body(const boost::json::value& operation,
                                  const std::vector<const boost::json::value*>& parameters);

  /// A value that the schema allows, as far as it says.
  boost::json::value example(const boost::json::value& schema);

  /// What could not be followed.
  const std::vector<std::string>& lost() const { return lost_; }

 private:
  void take_files(const boost::json::value& media, OpenApiBody& body);
  std::optional<boost::json::value> given_example(const boost::json::value& owner);
  std::optional<OpenApiBody> swagger_body(const boost::json::value& operation,
                                          const std::vector<const boost::json::value*>& parameters);
  boost::json::value object_example(const boost::json::value& schema);
  boost::json::value chosen_example(const boost::json::value& schema, const boost::json::array& choices);
  boost::json::value typed_example(const boost::json::value& schema, std::string_view type);

  const boost::json::value& root_;
  std::vector<const boost::json::value*> open_;  ///< schemas on the way down
  std::size_t made_ = 0;                         ///< values made for one example
  std::vector<std::string> lost_;
};

}  // namespace soundcheck::importer
