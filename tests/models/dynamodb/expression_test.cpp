// AWS: DynamoDB Developer Guide, "Comparison operator and function reference", "Using update
// expressions in DynamoDB": the examples of the pages on their ProductCatalog item.
#include <doctest/doctest.h>

#include "models/dynamodb/expression.hpp"

namespace opsim::tests {

using dynamodb::condition_holds;
using dynamodb::projected;
using dynamodb::updated;

namespace {

const Json kItem = Json::parse(R"({
  "Id": {"N": "789"}, "ProductCategory": {"S": "Home Improvement"}, "Price": {"N": "52"},
  "InStock": {"BOOL": true}, "Brand": {"S": "Acme"}, "QuantityOnHand": {"N": "3"},
  "Color": {"SS": ["Red", "Black"]},
  "RelatedItems": {"L": [{"S": "Hammer"}, {"S": "Nails"}]},
  "ProductReviews": {"M": {"FiveStar": {"L": [{"S": "Excellent"}]}}}})");
const Json kNames{{"#pr", "ProductReviews"}, {"#5star", "FiveStar"}};
const Json kValues = Json::parse(R"({
  ":acme": {"S": "Acme"}, ":home": {"S": "Home"}, ":red": {"S": "Red"}, ":n": {"N": "50"},
  ":m": {"N": "60"}, ":p": {"N": "5"}, ":two": {"N": "2"}, ":list": {"L": [{"S": "Saw"}]},
  ":set": {"SS": ["Red", "Blue"]}, ":other": {"S": "Other"}, ":hammer": {"S": "Hammer"},
  ":S": {"S": "S"}})");
const dynamodb::Placeholders kWith{kNames, kValues};

}  // namespace

TEST_SUITE("dynamodb: expressions") {
  TEST_CASE("conditions") {
    struct Row {
      std::string_view expression;
      bool holds;
    };
    const Row rows[] = {
        {"Price = :n", false},
        {"Price > :n", true},
        {"Price BETWEEN :n AND :m", true},
        {"Brand IN (:other, :acme)", true},
        {"NOT Brand = :acme", false},
        {"Brand = :other OR Price < :m AND InStock <> :n", true},
        {"(Brand = :other OR Price < :m) AND Price < :n", false},
        {"attribute_exists(Brand) and attribute_not_exists(Missing)", true},
        {"attribute_type(Brand, :S)", true},
        {"begins_with(ProductCategory, :home)", true},
        {"contains(Color, :red)", true},
        {"contains(RelatedItems, :hammer)", true},
        {"size(RelatedItems) = :two", true},
        {"RelatedItems[0] = :hammer", true},
        {"attribute_exists(#pr.#5star[0])", true},
        {"attribute_exists(#pr.#5star[1])", false},
        {"Missing = :n", false},
        {"Missing < :n", false},
        {"Brand < :n", false},  // types differ
        {"", true},
    };
    for (const auto& [expression, holds] : rows) {
      CAPTURE(expression);
      const auto found = condition_holds(expression, kWith, kItem);
      REQUIRE(found.has_value());
      CHECK(*found == holds);
    }
  }

  TEST_CASE("wrong expressions are refused, whatever they are") {
    for (const std::string_view expression :
         {"Price", "Price =", "= :n", "Price = :none", "#none = :n", "(Price = :n", "Price ! :n",
          "attribute_exists(Price", "Price BETWEEN :n", "Price IN :n", "Price = :n Brand",
          "size(Price", "AND"}) {
      CAPTURE(expression);
      const auto found = condition_holds(expression, kWith, kItem);
      REQUIRE_FALSE(found.has_value());
      CHECK(found.error().code == "ValidationException");
    }
    CHECK_FALSE(condition_holds(std::string(10'000, '('), kWith, kItem).has_value());
  }

  TEST_CASE("updates") {
    struct Row {
      std::string_view expression;
      std::string_view attribute;
      std::string_view after;  // "" for gone
    };
    const Row rows[] = {
        {"SET Price = Price - :p", "Price", R"({"N":"47"})"},
        {"SET Price = if_not_exists(Price, :p)", "Price", R"({"N":"52"})"},
        {"SET Cost = if_not_exists(Cost, :p)", "Cost", R"({"N":"5"})"},
        {"SET RelatedItems[1] = :hammer", "RelatedItems",
         R"({"L":[{"S":"Hammer"},{"S":"Hammer"}]})"},
        {"SET RelatedItems = list_append(:list, RelatedItems)", "RelatedItems",
         R"({"L":[{"S":"Saw"},{"S":"Hammer"},{"S":"Nails"}]})"},
        {"SET #pr.#5star[1] = :acme", "ProductReviews",
         R"({"M":{"FiveStar":{"L":[{"S":"Excellent"},{"S":"Acme"}]}}})"},
        {"REMOVE Brand, InStock", "Brand", ""},
        {"REMOVE RelatedItems[0]", "RelatedItems", R"({"L":[{"S":"Nails"}]})"},
        {"ADD QuantityOnHand :p", "QuantityOnHand", R"({"N":"8"})"},
        {"ADD Sold :p", "Sold", R"({"N":"5"})"},
        {"ADD Color :set", "Color", R"({"SS":["Black","Red","Blue"]})"},
        {"DELETE Color :set", "Color", R"({"SS":["Black"]})"},
        {"SET Price = :n, Brand = :other REMOVE InStock", "Brand", R"({"S":"Other"})"},
    };
    for (const auto& [expression, attribute, after] : rows) {
      CAPTURE(expression);
      const auto made = updated(expression, kWith, kItem);
      REQUIRE(made.has_value());
      const std::string name{attribute};
      CHECK((made->contains(name) ? (*made)[name].dump() : "") == after);
    }
    for (const std::string_view wrong :
         {"SET", "SET Price", "SET Price = Missing", "SET Missing.Path = :n", "PUT Price = :n",
          "SET Price = :n :n", "SET Price = Price + :acme", "SET Price = nothing(:n)"}) {
      CAPTURE(wrong);
      CHECK_FALSE(updated(wrong, kWith, kItem).has_value());
    }
  }

  TEST_CASE("projections") {
    const auto chosen = projected("Id, #pr.#5star, Missing", kWith, kItem);
    REQUIRE(chosen.has_value());
    CHECK(chosen->size() == 2);
  }
}

}  // namespace opsim::tests
