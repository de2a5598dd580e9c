#include "runner/trend/distribution.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace soundcheck::trend {

double normal_chance(double z) { return boost::math::cdf(boost::math::normal{}, z); }

double normal_quantile(double chance) { return boost::math::quantile(boost::math::normal{}, chance); }

double student_quantile(double chance, double freedom) {
  return boost::math::quantile(boost::math::students_t{freedom}, chance);
}

}  // namespace soundcheck::trend
