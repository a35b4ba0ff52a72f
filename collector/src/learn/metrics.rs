//! How good probabilities are: order (ROC and precision-recall areas), distance (Brier), and
//! whether what is said comes true as often as it is said (calibration error).

use serde::Serialize;

/// Figures over one lot of predictions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Predictions.
    pub count: usize,
    /// How many came true, of all.
    pub rate: f64,
    /// Area under the receiver's curve: how often a buyer stands above one who is none.
    pub roc_auc: f64,
    /// Average precision.
    pub pr_auc: f64,
    /// Mean squared distance.
    pub brier: f64,
    /// Expected calibration error, ten bins of equal width.
    pub ece: f64,
}

/// Figures of probabilities and what came true.
pub(super) fn figures(predicted: &[(f64, bool)]) -> Figures {
    let mut sorted = predicted.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let count = sorted.len();
    let bought = sorted.iter().filter(|it| it.1).count();
    let all = count.max(1) as f64;
    Figures {
        count,
        rate: bought as f64 / all,
        roc_auc: roc_auc(&sorted),
        pr_auc: pr_auc(&sorted),
        brier: sorted.iter().map(|it| (it.0 - f64::from(u8::from(it.1))).powi(2)).sum::<f64>()
            / all,
        ece: ece(&sorted),
    }
}

/// Equal predictions, highest first: how many came true, how many did not.
fn ties(sorted: &[(f64, bool)]) -> impl Iterator<Item = (f64, f64)> {
    sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()).map(|chunk| {
        let bought = chunk.iter().filter(|it| it.1).count();
        (bought as f64, (chunk.len() - bought) as f64)
    })
}

fn roc_auc(sorted: &[(f64, bool)]) -> f64 {
    let (mut bought, mut not, mut area) = (0.0, 0.0, 0.0);
    for (more_bought, more_not) in ties(sorted) {
        area += more_not * (bought + more_bought / 2.0);
        bought += more_bought;
        not += more_not;
    }
    if bought * not > 0.0 { area / (bought * not) } else { 0.5 }
}

fn pr_auc(sorted: &[(f64, bool)]) -> f64 {
    let (mut bought, mut all, mut area) = (0.0_f64, 0.0, 0.0);
    for (more_bought, more_not) in ties(sorted) {
        bought += more_bought;
        all += more_bought + more_not;
        area += more_bought * bought / all;
    }
    area / bought.max(1.0)
}

fn ece(predicted: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for &(chance, outcome) in predicted {
        let bin = &mut bins[((chance * 10.0) as usize).min(9)];
        bin.0 += chance;
        bin.1 += f64::from(u8::from(outcome));
    }
    let off: f64 = bins.iter().map(|(said, came)| (said - came).abs()).sum();
    off / predicted.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn they_are_what_a_person_counts() {
        let it = figures(&[(0.9, true), (0.8, false), (0.7, true), (0.1, false)]);
        // One of the four pairs of a buyer and another stands the wrong way round.
        assert!((it.roc_auc - 0.75).abs() < 1e-12);
        assert!((it.pr_auc - 5.0 / 6.0).abs() < 1e-12);
        assert!((it.brier - (0.01 + 0.64 + 0.09 + 0.01) / 4.0).abs() < 1e-12);
        assert!((it.ece - (0.1 + 0.8 + 0.3 + 0.1) / 4.0).abs() < 1e-12);
    }

    #[test]
    fn equal_predictions_tell_nothing() {
        let it = figures(&[(0.5, true), (0.5, false), (0.5, false), (0.5, false)]);
        assert!((it.roc_auc - 0.5).abs() < 1e-12);
        assert!((it.pr_auc - 0.25).abs() < 1e-12);
    }

    #[test]
    fn nothing_at_all_has_figures_too() {
        assert_eq!(figures(&[]).count, 0);
    }
}
