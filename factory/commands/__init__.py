"""What may people ask for, past what AWS's own services let them do?"""
